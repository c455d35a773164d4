// Plays a video whose frames show their number, and tells which it saw.
{
  /** @param crossOrigin - the attribute; `undefined` for none, as plain pages have it. */
  async function watch(url, { moments, crossOrigin, isOpaque = false }) {
    const video = document.createElement('video')
    video.muted = true
    if (crossOrigin !== undefined) video.crossOrigin = crossOrigin
    video.src = url
    document.body.append(video)
    await heard(video, 'loadedmetadata')
    const { videoWidth: width, videoHeight: height, duration } = video
    const [frames, times] = [[], []]
    for (const moment of moments) {
      const sought = Promise.all([heard(video, 'seeked'), shown(video, moment)])
      video.currentTime = moment
      await sought
      if (isOpaque) times.push(video.currentTime)
      else frames.push(numberOf(video))
    }
    video.removeAttribute('src')
    video.load()
    video.remove()
    return { width, height, duration, ...(isOpaque ? { times } : { frames }) }
  }

  function heard(video, type) {
    return new Promise((resolve, reject) => {
      video.addEventListener(type, resolve, { once: true })
      video.addEventListener('error', () => reject(new Error(video.error.message)))
    })
  }

  /** 'seeked' alone may come while the frame before is still on the screen. */
  async function shown(video, moment) {
    const next = () =>
      new Promise((resolve) => video.requestVideoFrameCallback((_, it) => resolve(it)))
    for (let frame = await next(); Math.abs(frame.mediaTime - moment) > 0.25;) frame = await next()
  }

  /** What its nine squares say. */
  function numberOf(video) {
    const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight)
    const context = canvas.getContext('2d')
    context.drawImage(video, 0, 0)
    let number = 0
    for (let bit = 0; bit < 9; bit++) {
      const [red] = context.getImageData(bit * 40 + 20, 20, 1, 1).data
      if (red > 128) number += 2 ** bit
    }
    return number
  }

  globalThis.videoClient = { watch }
}
