import { outbox } from "./outbox";
import { problems } from "./problems";
import { shell } from "./shell";
import { time } from "./time";

/** What every screen needs. Areas prefix their keys, so the merge cannot collide. */
export const core = {
  ...outbox,
  ...problems,
  ...shell,
  ...time,
};
