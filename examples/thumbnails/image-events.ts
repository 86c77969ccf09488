import { EventCatalog } from 'class-events/catalog';

/** Somebody has handed in an image, a JPEG. */
export class ImageUploaded {
  constructor(
    readonly name: string,
    readonly jpeg: Uint8Array<ArrayBuffer>,
  ) {}
}

/** The image is small now. */
export class ThumbnailMade {
  constructor(
    readonly name: string,
    readonly jpeg: Uint8Array,
  ) {}
}

/** The names by which these events cross between threads. */
export const catalog = new EventCatalog()
  .add(ImageUploaded, { name: 'image.uploaded', read: ({ name, jpeg }) => new ImageUploaded(name, jpeg) })
  .add(ThumbnailMade, { name: 'thumbnail.made', read: ({ name, jpeg }) => new ThumbnailMade(name, jpeg) });
