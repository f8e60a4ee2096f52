package main

import (
	"context"
	"encoding/json"
	"os"
	"slices"
	"strings"

	"github.com/containerd/platforms"
	"github.com/distribution/reference"
	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerui"
	gateway "github.com/moby/buildkit/frontend/gateway/client"
	gatewaypb "github.com/moby/buildkit/frontend/gateway/pb"
	"github.com/moby/buildkit/solver/pb"
	digest "github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"
	"github.com/pkg/errors"
	fstypes "github.com/tonistiigi/fsutil/types"
)

// lintImage is what an image's config says. Without a platform it is there for all of them.
type lintImage struct {
	Platform         string   `json:"platform"`
	Environment      []string `json:"environment"`
	Triggers         []string `json:"triggers"`
	Shell            []string `json:"shell"`
	WorkingDirectory string   `json:"workingDirectory"`
	IsEmpty          bool     `json:"isEmpty"`
}

// lintImages answers for any image: those that have no config of their own here have an empty one.
type lintImages map[string]lintImage

func (images lintImages) ResolveImageConfig(_ context.Context, ref string, opt sourceresolver.Opt) (string, digest.Digest, []byte, error) {
	named, err := reference.ParseNormalizedNamed(ref)
	if err != nil {
		return "", "", nil, err
	}
	image := images[reference.FamiliarName(named)]
	platform := *opt.ImageOpt.Platform
	if image.Platform != "" {
		platform = platforms.MustParse(image.Platform)
	}
	layers := []string{digest.FromString("").String()}
	if image.IsEmpty {
		layers = []string{}
	}
	dt, err := json.Marshal(object{
		"architecture": platform.Architecture, "os": platform.OS, "variant": platform.Variant,
		"config": object{
			"Env": image.Environment, "OnBuild": image.Triggers, "Shell": image.Shell, "WorkingDir": image.WorkingDirectory,
		},
		"rootfs": object{"type": "layers", "diff_ids": layers},
	})
	return ref, "", dt, err
}

// contextClient is a BuildKit of which only the build context's .dockerignore is there.
type contextClient struct {
	gateway.Client
	ignore string
}

func (c contextClient) BuildOpts() gateway.BuildOpts {
	return gateway.BuildOpts{
		Opts: map[string]string{}, LLBCaps: pb.Caps.CapSet(pb.Caps.All()), Caps: gatewaypb.Caps.CapSet(nil),
	}
}

func (c contextClient) Solve(context.Context, gateway.SolveRequest) (*gateway.Result, error) {
	result := gateway.NewResult()
	result.SetRef(contextReference{ignore: c.ignore})
	return result, nil
}

type contextReference struct {
	gateway.Reference
	ignore string
}

func (r contextReference) StatFile(context.Context, gateway.StatRequest) (*fstypes.Stat, error) {
	return nil, os.ErrNotExist
}

func (r contextReference) ReadFile(context.Context, gateway.ReadRequest) ([]byte, error) {
	return []byte(r.ignore), nil
}

// answerLint says what the build checks find, as `docker build --check` does: without a target they look at every stage.
func answerLint(r request) object {
	client, err := dockerui.NewClient(contextClient{ignore: r.Ignore})
	if err != nil {
		panic(err)
	}
	findings := []object{}
	opt := dockerfile2llb.ConvertOpt{
		Config: dockerui.Config{
			BuildArgs: r.BuildArguments, Target: r.Target,
			BuildPlatforms: []ocispecs.Platform{{OS: "linux", Architecture: "amd64"}},
		},
		Client:       client,
		MetaResolver: lintImages(r.Images),
		AllStages:    r.Target == "",
		Warn: func(rule, _, _, message string, location []parser.Range) {
			findings = append(findings, object{"rule": rule, "lines": firstAndLastLine(location), "message": message})
		},
	}
	if r.Platform != "" {
		platform := platforms.MustParse(r.Platform)
		opt.TargetPlatform = &platform
	}
	_, err = dockerfile2llb.Dockerfile2LLB(context.TODO(), []byte(r.Text), opt)
	slices.SortFunc(findings, func(a, b object) int {
		return strings.Compare(mustEncode(a), mustEncode(b))
	})
	if err == nil {
		return object{"findings": findings}
	}
	var located *parser.LocationError
	lines := [][]int{}
	if errors.As(err, &located) {
		for _, location := range located.Locations {
			lines = append(lines, firstAndLastLine(location))
		}
	}
	// The names of the rules that follow come in any order.
	message, _, _ := strings.Cut(err.Error(), " found for rules: ")
	return object{"findings": findings, "failure": object{"message": message, "lines": lines}}
}

// firstAndLastLine says where an instruction is: BuildKit has a range for each of its lines.
func firstAndLastLine(location []parser.Range) []int {
	return []int{location[0].Start.Line, location[len(location)-1].End.Line}
}

func mustEncode(value any) string {
	dt, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(dt)
}

var _ llb.ImageMetaResolver = lintImages{}
