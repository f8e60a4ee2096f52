target "release" { args = { COMPILER_TAG = "13" } }
