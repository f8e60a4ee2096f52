/** What proves to a registry who asks. Told apart by `kind`. */
export type Credential =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  /** An OAuth 2 refresh token, which the registry's token service changes into access tokens. */
  | { readonly kind: 'identity-token'; readonly identityToken: string }
  /** An access token that is sent as it is. */
  | { readonly kind: 'registry-token'; readonly registryToken: string }
