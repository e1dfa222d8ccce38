// Values for an operation's variables, made from their types: enough to be measured, not to be answered.
import {
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  Kind,
  typeFromAST,
} from 'graphql';

/** As many as `nodes` takes. */
const IDS = 100;

const scalars = {
  Boolean: true,
  Currency: 'NIO',
  DateTime: '2026-01-01T00:00:00Z',
  Decimal: '1.00',
  EmailAddress: 'nobody@example.com',
  Float: 0,
  ID: 'nobody',
  Int: 1,
  PhoneNumber: '+50500000000',
  String: 'nobody',
};

function valueOf(type) {
  if (isNonNullType(type)) return valueOf(type.ofType);
  if (isListType(type)) return Array.from({ length: IDS }, () => valueOf(type.ofType));
  if (isEnumType(type)) return type.getValues()[0].name;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(isRequiredInputField);
    return Object.fromEntries(fields.map((field) => [field.name, valueOf(field.type)]));
  }
  if (!(type.name in scalars)) throw new Error(`no value for ${type.name}`);
  return scalars[type.name];
}

/** A value for each variable that has to have one; the others keep their defaults. */
export function requiredVariables(schema, operation) {
  const required = operation.variableDefinitions.filter(
    ({ type, defaultValue }) => type.kind === Kind.NON_NULL_TYPE && !defaultValue,
  );
  const entry = ({ type, variable }) => [variable.name.value, valueOf(typeFromAST(schema, type))];
  return Object.fromEntries(required.map(entry));
}
