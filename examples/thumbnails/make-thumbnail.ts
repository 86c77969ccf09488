import { Jimp } from 'jimp';
import { type ImageUploaded, ThumbnailMade } from './image-events.js';

/** How wide and high a thumbnail is, in pixels. */
const size = 160;

/** Work for the processor, and for nobody else: jimp is JavaScript. This function does not know on which thread it runs. */
export async function makeThumbnail(
  { name, jpeg }: ImageUploaded,
  { mainBus }: { readonly mainBus: { publish(event: object): Promise<unknown> } },
): Promise<void> {
  const image = await Jimp.read(jpeg.buffer);
  image.cover({ w: size, h: size });
  await mainBus.publish(new ThumbnailMade(name, await image.getBuffer('image/jpeg', { quality: 80 })));
}
