import { Type } from 'typebox';
import { Check } from 'typebox/value';
import type { ClientFeaturesResponse } from 'unleash-client';

/** The flags as the server's client API gives them. */
export type FlagDocument = ClientFeaturesResponse;

const Constraints = Type.Array(
  Type.Object({ contextName: Type.String(), operator: Type.String() }),
);

/** What the client reads of a flag to decide it: anything else in its place could make it throw. */
const Strategy = Type.Object({
  name: Type.String(),
  parameters: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  constraints: Type.Optional(Constraints),
  segments: Type.Optional(Type.Array(Type.Integer())),
});
const Flag = Type.Object({
  name: Type.String(),
  enabled: Type.Boolean(),
  strategies: Type.Optional(Type.Array(Strategy)),
});
const Document = Type.Object({
  features: Type.Array(Flag),
  segments: Type.Optional(
    Type.Array(Type.Object({ id: Type.Integer(), constraints: Type.Optional(Constraints) })),
  ),
});

/** What was sent or stored as the flags is something else. */
export class FlagDocumentError extends Error {
  override readonly name = 'FlagDocumentError';

  constructor(from: string) {
    super(`${from} gave no list of flags`);
  }
}

/** @throws {FlagDocumentError} when the text is no JSON, or no list of flags. */
export function parseFlagDocument(text: string, from: string): FlagDocument {
  try {
    const document: unknown = JSON.parse(text);
    if (Check(Document, document)) return document as unknown as FlagDocument;
  } catch {
    // Told as what it is below.
  }
  throw new FlagDocumentError(from);
}
