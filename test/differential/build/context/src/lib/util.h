void util(void);
