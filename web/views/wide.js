// How much room the window has.
import { useEffect, useState } from 'preact/hooks';

/** Follows a media query. @param {string} query */
export function useMedia(query) {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const media = matchMedia(query);
    const follow = () => setMatches(media.matches);
    media.addEventListener('change', follow);
    return () => media.removeEventListener('change', follow);
  }, [query]);
  return matches;
}

/** Whether there is room for a drawer beside the circle. */
export function useWide() {
  return useMedia('(min-width: 1080px) and (min-height: 500px)');
}
