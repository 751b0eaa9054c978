/** Entry of sign-in.html: the page is readable without it; this takes a wrong token out of the address. */

const address = new URL(location.href);
if (address.searchParams.has('token')) {
  address.searchParams.delete('token');
  history.replaceState(null, '', address);
}
