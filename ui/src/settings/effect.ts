// What the protection policy lets out in a day, for the words beside its fields. The engine decides for itself.

export interface PolicyDraft {
  gapMinS: number;
  gapMaxS: number;
  hourlyCap: number | null;
  dailyCap: number | null;
  quietOn: boolean;
  quietFrom: string;
  quietUntil: string;
}

export interface Effect {
  hours: number;
  perDevice: number;
  because: "dailyCap" | "hourlyCap" | "gap";
}

/** Hours of a day outside the quiet hours. */
export function openHours(policy: PolicyDraft): number {
  if (!policy.quietOn) return 24;
  const quiet = (minutes(policy.quietUntil) - minutes(policy.quietFrom) + 1440) % 1440;
  return (1440 - quiet) / 60;
}

export function effectOf(policy: PolicyDraft): Effect {
  const hours = openHours(policy);
  const gap = Math.max(1, (policy.gapMinS + policy.gapMaxS) / 2);
  const limits: [Effect["because"], number][] = [
    ["gap", Math.floor((hours * 3600) / gap)],
    ["hourlyCap", policy.hourlyCap === null ? Number.POSITIVE_INFINITY : Math.floor(policy.hourlyCap * hours)],
    ["dailyCap", policy.dailyCap ?? Number.POSITIVE_INFINITY],
  ];
  const [because, perDevice] = limits.reduce((least, limit) => (limit[1] <= least[1] ? limit : least));
  return { hours, perDevice, because };
}

/** Seconds until `people` are reached over `devices`, beginning as the quiet hours end. */
export function secondsFor(people: number, devices: number, policy: PolicyDraft): number {
  const effect = effectOf(policy);
  if (effect.perDevice === 0 || devices === 0) return Number.POSITIVE_INFINITY;
  const each = Math.ceil(people / devices);
  const fullDays = Math.floor((each - 1) / effect.perDevice);
  const rest = each - fullDays * effect.perDevice;
  const gap = Math.max(1, (policy.gapMinS + policy.gapMaxS) / 2);
  const pace = policy.hourlyCap === null ? gap : Math.max(gap, 3600 / policy.hourlyCap);
  return fullDays * 86_400 + rest * pace;
}

function minutes(clock: string): number {
  const [hour = "0", minute = "0"] = clock.split(":");
  return Number(hour) * 60 + Number(minute);
}
