import { Buffer } from 'node:buffer';
import { PrismaPg } from '@prisma/adapter-pg';
import { getPrismaClient, type GetPrismaClientConfig } from '@prisma/client/runtime/client';

// The compiler's name for it belongs to browsers.
declare const WebAssembly: { readonly Module: new (code: Uint8Array) => object };

/** As much of a PrismaClient as these tests call. */
export interface PrismaTransaction {
  $executeRawUnsafe(text: string, ...params: unknown[]): Promise<number>;
  $transaction(run: (tx: PrismaTransaction) => Promise<unknown>, options?: object): Promise<unknown>;
}
export interface PrismaClient extends PrismaTransaction {
  $disconnect(): Promise<void>;
}

/**
 * What `prisma generate` (7.10.1) writes for a schema without models, less its types: the generator itself downloads engines,
 * which nobody needs who only asks PostgreSQL.
 */
const config: GetPrismaClientConfig = {
  previewFeatures: [],
  clientVersion: '7.10.0',
  engineVersion: 'd1b3f377ca835d73fd50954a5e22128b9ebdd6b8',
  activeProvider: 'postgresql',
  inlineSchema: 'datasource db {\n  provider = "postgresql"\n}\n',
  runtimeDataModel: { models: {}, enums: {}, types: {} },
  parameterizationSchema: { strings: [], graph: 'AAAA' },
  compilerWasm: {
    getRuntime: async () => require('@prisma/client/runtime/query_compiler_fast_bg.postgresql.js'),
    getQueryCompilerWasmModule: async () => {
      const { wasm } = require('@prisma/client/runtime/query_compiler_fast_bg.postgresql.wasm-base64.js') as {
        wasm: string;
      };
      return new WebAssembly.Module(Buffer.from(wasm, 'base64'));
    },
    importName: './query_compiler_fast_bg.js',
  },
};

export function prismaClient(url: string): PrismaClient {
  const PrismaClient = getPrismaClient(config) as unknown as new (options: object) => PrismaClient;
  return new PrismaClient({ adapter: new PrismaPg({ connectionString: url }) });
}
