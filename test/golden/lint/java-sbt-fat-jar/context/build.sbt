name := "streams"
