// Compresses what was built once and for all: the server sends these files as they are, instead of compressing each of
// them again, and less well, for everybody who asks.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import type { Plugin } from 'vite';

const compress = promisify(brotliCompress);

/** Smaller files fit a packet as they are */
const WORTH_IT = 1_024;

export function precompress(): Plugin {
  let folder = '';
  return {
    name: 'plaza-precompress',
    apply: 'build',
    configResolved(config) {
      folder = join(config.root, config.build.outDir, 'assets');
    },
    async closeBundle() {
      const texts = (await readdir(folder)).filter((name) => /\.(js|css|svg)$/.test(name));
      await Promise.all(
        texts.map(async (name) => {
          const text = await readFile(join(folder, name));
          if (text.length < WORTH_IT) return;
          const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: text.length };
          await writeFile(join(folder, `${name}.br`), await compress(text, { params }));
        }),
      );
    },
  };
}
