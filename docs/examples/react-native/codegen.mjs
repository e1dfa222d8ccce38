// Types of the documents, by GraphQL Code Generator.
import { addTypenameSelectionDocumentTransform } from '@graphql-codegen/client-preset';

export default {
  schema: '../../../graphql/schema.graphql',
  documents: 'documents/*.graphql',
  generates: {
    'src/generated/': {
      preset: 'client',
      documentTransforms: [addTypenameSelectionDocumentTransform],
      presetConfig: { fragmentMasking: false },
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        strictScalars: true,
        scalars: { Currency: 'string', DateTime: 'string', Date: 'string', Decimal: 'string', EmailAddress: 'string', JSON: 'unknown', PhoneNumber: 'string', Upload: 'never', URL: 'string' },
      },
    },
  },
};
