// One picture. The element stays the same node for as long as its place exists;
// only the stream in it changes.
import { h } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** @param {{stream: MediaStream|null, class?: string}} props */
export function Video({ stream, class: extra = '' }) {
  const ref = useRef(/** @type {HTMLVideoElement|null} */ (null));
  useEffect(() => {
    const video = ref.current;
    if (!video || video.srcObject === stream) return;
    video.srcObject = stream;
    if (stream) video.play().catch(() => { /* autoplay of a silent picture resumes by itself */ });
  }, [stream]);
  return h('video', { ref, class: `video ${extra}`, muted: true, autoplay: true, playsInline: true, disablePictureInPicture: true, 'aria-hidden': 'true', tabIndex: -1 });
}
