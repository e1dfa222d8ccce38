// Types of the documents in `graphql/operations`, a folder an app in `generated/`: what an app's own build does with
// GraphQL Code Generator. Beside them stands `persisted-documents.json`, `{id: text}`, which is what is published.
import { disableFragmentWarnings } from 'graphql-tag';
import { addTypenameSelectionDocumentTransform } from '@graphql-codegen/client-preset';

/** How each scalar goes over the wire: a number for an amount, or a day for an instant, is an error of the compiler. */
const scalars = {
  ID: 'string',
  Currency: 'string',
  Date: '`${number}-${number}-${number}`',
  DateTime: '`${number}-${number}-${number}T${string}Z`',
  Decimal: '`${number}`',
  EmailAddress: '`${string}@${string}`',
  JSON: 'Record<string, unknown>',
  PhoneNumber: '`+${number}`',
  Upload: 'File',
  URL: '`http${string}`',
};

const app = (name) => ({
  [`generated/${name}/`]: {
    preset: 'client',
    documents: `../../graphql/operations/${name}/**/*.graphql`,
    // Normalised caches need type names. They are put in before the text gets its id.
    documentTransforms: [addTypenameSelectionDocumentTransform],
    presetConfig: {
      fragmentMasking: false,
      persistedDocuments: { hashAlgorithm: 'sha256' },
    },
    config: { scalars, strictScalars: true, useTypeImports: true, enumsAsTypes: true },
  },
});

// Each app has fragments of its own, some of the same name.
disableFragmentWarnings();

export default {
  schema: '../../graphql/schema.graphql',
  generates: Object.assign(...['mobile', 'dashboard', 'partner'].map(app)),
};
