import { RejectedError } from "../../drivers/core/errors.js";

/** The right to write on this topic is missing: no message is at fault, all of them are kept and tried again later. */
export class NotAllowed<P extends string = string> extends RejectedError<P> {}
