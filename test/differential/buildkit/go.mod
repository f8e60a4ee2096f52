module buildkit-oracle

go 1.26.8

require github.com/moby/buildkit v0.34.2

// The version that BuildKit names is no longer to be had.
replace github.com/tonistiigi/fsutil => github.com/tonistiigi/fsutil v0.0.0-20260819142231-83cac42c1c52
