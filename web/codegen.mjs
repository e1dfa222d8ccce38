// Types of the dashboard's documents, by GraphQL Code Generator, into `src/dashboard/generated/` (not in git: made by
// `npm run generate`, which each build begins with). `persisted-documents.json` there is what an operator may publish.
import { addTypenameSelectionDocumentTransform } from '@graphql-codegen/client-preset';

/** How each scalar goes over the wire: a number for an amount, or a day for an instant, is an error of the compiler. */
const scalars = {
  ID: 'string',
  Currency: 'string',
  Date: '`${number}-${number}-${number}`',
  DateTime: '`${number}-${number}-${number}T${string}Z`',
  Decimal: '`${number}`',
  EmailAddress: '`${string}@${string}`',
  JSON: 'unknown',
  PhoneNumber: '`+${number}`',
  Upload: 'File',
  URL: '`http${string}`',
};

export default {
  schema: '../graphql/schema.graphql',
  generates: {
    'src/dashboard/generated/': {
      preset: 'client',
      documents: '../graphql/operations/dashboard/**/*.graphql',
      // The cache needs type names. They are put in before a text gets its id.
      documentTransforms: [addTypenameSelectionDocumentTransform],
      presetConfig: { fragmentMasking: false, persistedDocuments: { hashAlgorithm: 'sha256' } },
      config: { scalars, strictScalars: true, useTypeImports: true, enumsAsTypes: true },
    },
  },
};
