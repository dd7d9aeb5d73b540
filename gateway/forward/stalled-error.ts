import { LinkError } from "../../drivers/core/errors.js";

/** The connection stands and nothing flows: it is cut and made anew. */
export class StalledError<P extends string = string> extends LinkError<P> {}
