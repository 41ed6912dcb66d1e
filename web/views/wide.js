// Whether there is room for a drawer beside the circle.
import { useEffect, useState } from 'preact/hooks';

const query = '(min-width: 1080px) and (min-height: 500px)';

/** Follows the window. */
export function useWide() {
  const [wide, setWide] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const media = matchMedia(query);
    const follow = () => setWide(media.matches);
    media.addEventListener('change', follow);
    return () => media.removeEventListener('change', follow);
  }, []);
  return wide;
}
