/** Every sentence about the browser, the server and the seat; a part of en.js, which comes before the rest of it. */

export const text = {
  browser: {
    noWebRtc: 'This browser has no WebRTC, so that no picture can come. Use a current Chrome, Edge, Safari or Firefox.',
    noH264: 'This browser can’t decode H.264, so that no picture can come. Use a browser with H.264, or add its codec.',
    noTimestamps: 'This browser does not say which picture it shows, so that none can be shown. Use a current Chrome or Edge.',
    noFrameCallback: 'This browser can’t tell which picture it shows, so that none is shown. Use a newer version.',
  },
  server: {
    notReached: 'The Farview server is not reached. Trying again.',
    noSockets: 'The Farview server answers, but its WebSockets do not come through. A proxy in between must pass them on. Trying again.',
    /** @param {number} status */
    refused: (status) => `The server refused this (${status}). Reload the page and try again.`,
    pageIncomplete: 'A part of this page did not come. Reload it when the network is back.',
    newBuild: 'Farview has been updated. Reload the page when it suits you.',
  },
  seat: {
    noOffer: 'No render host has answered. Asking again.',
    badOffer: 'The render host’s offer was not understood by this browser. Asking again.',
    connectionLost: 'The connection to the render host was lost. Asking for another.',
    /** @param {string} host */
    silent: (host) => `Nothing new comes from ${host ? `the render host ${host}` : 'the render host'}. What does not answer is being replaced.`,
    elsewhere: 'This render host does not open the study now. Asking another.',
    noConnection: 'The render host was not reached over UDP: a firewall may be in the way. Asking again.',
    /** @param {string} host */
    noPicture: (host) =>
      `No picture after 5 s: ${host || 'the render host'} is not reached over UDP. Whoever runs it opens its UDP ports in the firewall and, behind NAT, says its address (farview host --udp-ports, --announce). Tried so far:`,
    noPairs: 'no address of the render host',
    noWebCodecs: 'UDP seems to be blocked, and this browser can’t take pictures over a WebSocket (WebCodecs). Use another browser, or another network.',
    thisDevice: 'this device',
    retry: 'Try again',
  },
};
