void util(void) {}
