/** Apps that open links in a view of their own, which often has no camera. */
const IN_APP = /FBAN|FBAV|FB_IAB|Instagram|\bLine\/|MicroMessenger|Snapchat|TikTok|BytedanceWebview|musical_ly|LinkedInApp|Pinterest|Twitter for|GSA\/|; wv\)/i;

/**
 * Whether this browser can take part at all (M-A13): null when it can,
 * `in_app` when another browser on the same device will, else `unsupported`.
 * @param {{RTCPeerConnection?: unknown, WebSocket?: unknown, navigator: {userAgent: string, mediaDevices?: {getUserMedia?: unknown}}}} window
 * @returns {null|'in_app'|'unsupported'}
 */
export function missing(window) {
  const { RTCPeerConnection, WebSocket, navigator } = window;
  if (RTCPeerConnection && WebSocket && navigator.mediaDevices?.getUserMedia) return null;
  return IN_APP.test(navigator.userAgent) ? 'in_app' : 'unsupported';
}
