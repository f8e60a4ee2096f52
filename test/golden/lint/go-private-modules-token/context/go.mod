module github.com/example/hooks

go 1.19
