/**
 * A camera for pictures of the room: a drawn, quiet figure instead of a test
 * pattern, painted by the page itself and sent over the real path like any
 * camera. Slow, so that a whole room fits one machine. Runs before the
 * page's own scripts.
 */
/** @param {number} number which figure */
export function portrait(number) {
  const ask = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
  if (!ask) return; // an empty page, before the real one
  navigator.mediaDevices.getUserMedia = async (want) => {
    const stream = want?.audio ? await ask({ audio: want.audio }) : new MediaStream();
    if (want?.video) stream.addTrack(drawn(number));
    return stream;
  };

  function drawn(n) {
    const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 360 });
    const paint = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    let beat = 0;
    const draw = () => {
      const sway = Math.sin(beat++ / 3) * 4;
      const hue = (n * 47) % 360;
      const wall = paint.createLinearGradient(0, 0, 640, 360);
      wall.addColorStop(0, `hsl(${hue} 24% 74%)`);
      wall.addColorStop(1, `hsl(${(hue + 30) % 360} 22% 52%)`);
      paint.fillStyle = wall;
      paint.fillRect(0, 0, 640, 360);
      paint.fillStyle = `hsl(${(hue + 200) % 360} 20% 84%)`;
      paint.fillRect(470 - (n % 3) * 180, 30, 110, 130);
      const skin = ['#e8c3a0', '#c98f63', '#8c5a3c', '#f0d2b6', '#a87048'][n % 5];
      const hair = ['#3a2a20', '#7a4b28', '#1d1a1a', '#b9b2a8', '#8a3d1f'][(n * 3) % 5];
      ellipse(`hsl(${(hue + 150) % 360} 30% 38%)`, 320 + sway, 390, 175, 140);
      ellipse(skin, 320 + sway, 262, 42, 60);
      ellipse(hair, 320 + sway, n % 2 ? 148 : 160, 84, n % 2 ? 84 : 104);
      ellipse(skin, 320 + sway, 178, 70, 86);
      ellipse('#2a2220', 294 + sway, 170, 6, 7);
      ellipse('#2a2220', 346 + sway, 170, 6, 7);
      paint.strokeStyle = '#7c3f34';
      paint.lineWidth = 5;
      paint.beginPath();
      paint.arc(320 + sway, 205, 22, 0.25 * Math.PI, 0.75 * Math.PI);
      paint.stroke();
    };
    const ellipse = (colour, x, y, rx, ry) => {
      paint.fillStyle = colour;
      paint.beginPath();
      paint.ellipse(x, y, rx, ry, 0, 0, 2 * Math.PI);
      paint.fill();
    };
    draw();
    setInterval(draw, 500);
    return /** @type {any} */ (canvas).captureStream(2).getVideoTracks()[0];
  }
}
