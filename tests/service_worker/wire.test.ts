/** The phone's words for the wire are the server's: checked by the compiler against the types made from its OpenAPI. */
import { expectTypeOf, test } from "vitest";
import type { components } from "#worker/api/schema.gen.ts";
import type * as wire from "#worker/api/wire.ts";

type Schemas = components["schemas"];

/** An object's named fields; the server lets unknown ones through, the phone knows none. */
type Named<T> = keyof { [K in keyof T as string extends K ? never : number extends K ? never : K]: T[K] };

test("what the phone asks and reads has the fields that the server names", () => {
  expectTypeOf<keyof wire.SyncRequest>().toEqualTypeOf<Named<Schemas["RoundRequest"]>>();
  expectTypeOf<keyof wire.Edit>().toEqualTypeOf<Named<Schemas["EditWire"]>>();
  expectTypeOf<keyof wire.Change>().toEqualTypeOf<Named<Schemas["ChangeWire"]>>();
  expectTypeOf<keyof wire.Members>().toEqualTypeOf<Named<Schemas["MembersWire"]>>();
  expectTypeOf<keyof wire.SyncAnswer>().toEqualTypeOf<Named<Schemas["RoundAnswer"]>>();
  expectTypeOf<keyof wire.Outcome>().toEqualTypeOf<Named<Schemas["OutcomeWire"]>>();
  expectTypeOf<keyof wire.ScopeAnswer>().toEqualTypeOf<Named<Schemas["ScopeWire"]>>();
  expectTypeOf<keyof wire.RowChange>().toEqualTypeOf<Named<Schemas["RowChangeWire"]>>();
  expectTypeOf<keyof wire.Digest>().toEqualTypeOf<Named<Schemas["DigestWire"]>>();
});

test("every status and verdict of the server is known to the phone", () => {
  expectTypeOf<wire.OutcomeStatus>().toEqualTypeOf<Schemas["OutcomeWire"]["status"]>();
  expectTypeOf<NonNullable<wire.SyncAnswer["pull"]>>().toEqualTypeOf<Schemas["RoundAnswer"]["pull"]>();
  expectTypeOf<wire.RowChange["op"]>().toEqualTypeOf<Schemas["RowChangeWire"]["op"]>();
  expectTypeOf<wire.Digest["seqs"]>().toEqualTypeOf<Schemas["DigestWire"]["seqs"]>();
});
