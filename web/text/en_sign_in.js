/** Sentences about signing in. */

export const text = {
  under: 'Signing in…',
  noToken: 'Type the token: what stands behind “#token=” in the address that Farview printed.',
  token: 'New sign-in token',
  signIn: 'Sign in',
  later: 'Later',
};
