/** One call in the shape that the generated schema gives it, for parts of the contract that are agreed but not generated yet. */
export interface Operation<
  Answer,
  Parameters = object,
  Body = never,
  Media extends string = "application/json",
> {
  parameters: { header?: never; cookie?: never } & Parameters;
  requestBody?: [Body] extends [never] ? never : { content: Record<Media, Body> };
  responses: {
    200: {
      headers: Record<string, unknown>;
      content: { "application/json": Answer };
    };
  };
}
