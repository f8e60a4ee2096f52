// Answers what BuildKit's Dockerfile frontend makes of words, Dockerfiles and ignore files: one JSON request a line on standard
// input, one JSON answer a line on standard output. The tests in test/differential record the answers and compare.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerfile/shell"
	"github.com/moby/buildkit/frontend/dockerui"
	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
	digest "github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"
)

type object = map[string]any

type request struct {
	Kind           string               `json:"kind"`
	Text           string               `json:"text"`
	Escape         string               `json:"escape"`
	IsHeredocText  bool                 `json:"isHeredocText"`
	Variables      map[string]string    `json:"variables"`
	Paths          []string             `json:"paths"`
	Target         string               `json:"target"`
	Architecture   string               `json:"architecture"`
	Triggers       []string             `json:"triggers"`
	BuildArguments map[string]string    `json:"buildArguments"`
	Platform       string               `json:"platform"`
	Ignore         string               `json:"ignore"`
	Images         map[string]lintImage `json:"images"`
}

func main() {
	decoder := json.NewDecoder(bufio.NewReaderSize(os.Stdin, 1<<20))
	out := bufio.NewWriter(os.Stdout)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for {
		var r request
		if decoder.Decode(&r) != nil {
			out.Flush()
			return
		}
		if err := encoder.Encode(answer(r)); err != nil {
			panic(err)
		}
	}
}

func answer(r request) object {
	switch r.Kind {
	case "word":
		return answerWord(r)
	case "file":
		return answerFile(r.Text)
	case "syntax":
		return answerSyntax(r.Text)
	case "ignore":
		return answerIgnore(r)
	case "lint":
		return answerLint(r)
	default:
		return answerEvaluation(r)
	}
}

func failed(err error) object { return object{"error": true} }

func environment(variables map[string]string) []string {
	list := []string{}
	for name, value := range variables {
		list = append(list, name+"="+value)
	}
	slices.Sort(list)
	return list
}

func sortedNames(set map[string]struct{}) []string {
	names := []string{}
	for name := range set {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

func answerWord(r request) object {
	lex := shell.NewLex([]rune(r.Escape)[0])
	lex.SkipProcessQuotes = r.IsHeredocText
	result, err := lex.ProcessWordWithMatches(r.Text, shell.EnvsFromSlice(environment(r.Variables)))
	if err != nil {
		return failed(err)
	}
	return object{
		"value": result.Result,
		"words": orEmpty(result.Words),
		"set":   sortedNames(result.Matched),
		"unset": sortedNames(result.Unmatched),
	}
}

func answerSyntax(text string) object {
	reference, commandLine, _, _ := parser.DetectSyntax([]byte(text))
	value, _, _, _ := parser.ParseDirective("check", []byte(text))
	return object{"reference": reference, "commandLine": commandLine, "check": describeCheck(value)}
}

func describeCheck(value string) object {
	options, err := linter.ParseLintOptions(value)
	if err != nil {
		return object{"problem": true}
	}
	skip, experimental := any(orEmpty(options.SkipRules)), any(orEmpty(options.ExperimentalRules))
	if options.SkipAll {
		skip = "all"
	}
	if options.ExperimentalAll {
		experimental = "all"
	}
	return object{"skip": skip, "experimental": experimental, "error": options.ReturnAsError}
}

func answerIgnore(r request) object {
	patterns, err := ignorefile.ReadAll(strings.NewReader(r.Text))
	if err != nil {
		return failed(err)
	}
	matcher, err := patternmatcher.New(patterns)
	if err != nil {
		return failed(err)
	}
	alone, walked := []bool{}, []bool{}
	for _, path := range r.Paths {
		isMatched, err := matcher.MatchesOrParentMatches(path)
		if err != nil {
			return failed(err)
		}
		alone = append(alone, isMatched)
		info := patternmatcher.MatchInfo{}
		parts := strings.Split(path, "/")
		for i := range parts {
			if isMatched, info, err = matcher.MatchesUsingParentResults(strings.Join(parts[:i+1], "/"), info); err != nil {
				return failed(err)
			}
		}
		walked = append(walked, isMatched)
	}
	return object{"alone": alone, "walked": walked}
}

func answerFile(text string) object {
	result, err := parser.Parse(strings.NewReader(text))
	if err != nil {
		return failed(err)
	}
	nodes := []object{}
	for _, node := range result.AST.Children {
		nodes = append(nodes, describeNode(node, result.EscapeToken))
	}
	return object{"escape": string(result.EscapeToken), "nodes": nodes}
}

func describeNode(node *parser.Node, escape rune) object {
	heredocs := []object{}
	for _, h := range node.Heredocs {
		heredocs = append(heredocs, object{
			"name": h.Name, "fileDescriptor": h.FileDescriptor, "expands": h.Expand, "stripsTabs": h.Chomp, "content": h.Content,
		})
	}
	described := object{
		"keyword": node.Value, "flags": orEmpty(node.Flags), "heredocs": heredocs,
		"firstLine": node.StartLine, "lastLine": node.EndLine,
	}
	parsed, err := instructions.ParseInstructionWithLinter(node, linter.New(&linter.Config{}))
	if err == nil {
		if run, ok := parsed.(*instructions.RunCommand); ok {
			err = run.Expand(func(word string) (string, error) {
				value, _, err := shell.NewLex(escape).ProcessWord(word, shell.EnvsFromSlice(nil))
				return value, err
			})
		}
	}
	if err != nil {
		described["error"] = true
	} else {
		described["instruction"] = describeInstruction(parsed)
	}
	return described
}

func describeCommand(c instructions.ShellDependantCmdLine) object {
	return object{"arguments": orEmpty(c.CmdLine), "isShell": c.PrependShell}
}

func describePairs(pairs instructions.KeyValuePairs) object {
	list := [][]any{}
	for _, p := range pairs {
		list = append(list, []any{p.Key, p.Value, !p.NoDelim})
	}
	return object{"pairs": list}
}

func describeCopy(s instructions.SourcesAndDest, chown, chmod string, link bool, excludes []string) object {
	files := []object{}
	for _, c := range s.SourceContents {
		files = append(files, object{"name": c.Path, "content": c.Data, "expands": c.Expand})
	}
	return object{
		"sources": orEmpty(s.SourcePaths), "destination": s.DestPath, "files": files,
		"chown": chown, "chmod": chmod, "link": link, "excludes": orEmpty(excludes),
	}
}

func describeRun(c *instructions.RunCommand) object {
	mounts := []object{}
	for _, m := range instructions.GetMounts(c) {
		mounts = append(mounts, object{
			"type": m.Type, "from": m.From, "source": m.Source, "target": m.Target, "isReadOnly": m.ReadOnly, "size": m.SizeLimit,
			"id": m.CacheID, "sharing": m.CacheSharing, "isRequired": m.Required, "environmentVariable": m.Env,
			"mode": m.Mode, "uid": m.UID, "gid": m.GID,
		})
	}
	devices := []object{}
	for _, d := range instructions.GetDevices(c) {
		devices = append(devices, object{"name": d.Name, "isRequired": d.Required})
	}
	return object{
		"command": describeCommand(c.ShellDependantCmdLine), "mounts": mounts, "devices": devices,
		"network": instructions.GetNetwork(c), "security": instructions.GetSecurity(c),
	}
}

func describeInstruction(parsed any) object {
	switch c := parsed.(type) {
	case *instructions.Stage:
		return object{"base": c.BaseName, "name": c.Name, "platform": c.Platform}
	case *instructions.ArgCommand:
		list := [][]any{}
		for _, a := range c.Args {
			list = append(list, []any{a.Key, a.Value})
		}
		return object{"declarations": list}
	case *instructions.EnvCommand:
		return describePairs(c.Env)
	case *instructions.LabelCommand:
		return describePairs(c.Labels)
	case *instructions.RunCommand:
		return describeRun(c)
	case *instructions.CopyCommand:
		described := describeCopy(c.SourcesAndDest, c.Chown, c.Chmod, c.Link, c.ExcludePatterns)
		described["from"], described["parents"] = c.From, c.Parents
		return described
	case *instructions.AddCommand:
		described := describeCopy(c.SourcesAndDest, c.Chown, c.Chmod, c.Link, c.ExcludePatterns)
		described["checksum"], described["keepGitDirectory"], described["unpack"] = c.Checksum, c.KeepGitDir, c.Unpack
		return described
	case *instructions.CmdCommand:
		return describeCommand(c.ShellDependantCmdLine)
	case *instructions.EntrypointCommand:
		return describeCommand(c.ShellDependantCmdLine)
	case *instructions.ShellCommand:
		return object{"shell": c.Shell}
	case *instructions.HealthCheckCommand:
		h := c.Health
		return object{
			"test": h.Test, "interval": h.Interval, "timeout": h.Timeout, "startPeriod": h.StartPeriod,
			"startInterval": h.StartInterval, "retries": h.Retries,
		}
	case *instructions.OnbuildCommand:
		return object{"expression": c.Expression}
	case *instructions.ExposeCommand:
		return object{"ports": c.Ports}
	case *instructions.VolumeCommand:
		return object{"paths": c.Volumes}
	case *instructions.WorkdirCommand:
		return object{"text": c.Path}
	case *instructions.UserCommand:
		return object{"text": c.User}
	case *instructions.StopSignalCommand:
		return object{"text": c.Signal}
	case *instructions.MaintainerCommand:
		return object{"text": c.Maintainer}
	default:
		return object{}
	}
}

// resolver gives every image the same config.
type resolver struct{ config object }

func (r resolver) ResolveImageConfig(_ context.Context, ref string, _ sourceresolver.Opt) (string, digest.Digest, []byte, error) {
	dt, err := json.Marshal(object{
		"architecture": "amd64", "os": "linux", "config": r.config,
		"rootfs": object{"type": "layers", "diff_ids": []string{digest.FromString("").String()}},
	})
	return ref, "", dt, err
}

func answerEvaluation(r request) object {
	undefined := map[string]map[string]struct{}{"UndefinedVar": {}, "UndefinedArgInFrom": {}}
	quoted := regexp.MustCompile(`'\$?([^ ']+)'`)
	platform := ocispecs.Platform{OS: "linux", Architecture: r.Architecture}
	result, err := dockerfile2llb.Dockerfile2LLB(context.TODO(), bytes.NewBufferString(r.Text).Bytes(), dockerfile2llb.ConvertOpt{
		Config: dockerui.Config{
			BuildArgs: r.BuildArguments, Target: r.Target,
			BuildPlatforms: []ocispecs.Platform{{OS: "linux", Architecture: "amd64"}},
		},
		TargetPlatform: &platform,
		MetaResolver:   resolver{object{"Env": environment(r.Variables), "OnBuild": r.Triggers}},
		Warn: func(rule, _, _, message string, _ []parser.Range) {
			if names, ok := undefined[rule]; ok {
				names[quoted.FindStringSubmatch(message)[1]] = struct{}{}
			}
		},
	})
	if err != nil {
		return failed(err)
	}
	config := result.Image.Config
	variables := map[string]string{}
	for _, variable := range config.Env {
		name, value, _ := strings.Cut(variable, "=")
		variables[name] = value
	}
	return object{
		"environment": variables, "labels": orEmptyMap(config.Labels), "ports": sortedNames(config.ExposedPorts),
		"volumes": sortedNames(config.Volumes), "user": config.User, "stopSignal": config.StopSignal,
		"undefined": sortedNames(undefined["UndefinedVar"]), "undefinedInFrom": sortedNames(undefined["UndefinedArgInFrom"]),
	}
}

func orEmptyMap(values map[string]string) map[string]string {
	if values == nil {
		return map[string]string{}
	}
	return values
}
