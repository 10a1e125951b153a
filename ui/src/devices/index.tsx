import { lazy, Suspense } from "react";
import { Route, Switch, useRoute } from "wouter";
import { Skeleton } from "../design";
import { DeviceActions } from "./DeviceActions";
import { DeviceDrawer } from "./DeviceDrawer";
import { DevicesPage } from "./DevicesPage";
import { LinkDialog } from "./link/LinkDialog";
import { SimulatedPhones } from "./SimulatedPhones";

const Archives = lazy(() => import("../archives"));

/** `/devices/archives` brings older chats in; all else is the list. */
export default function DevicesArea() {
  return (
    <Suspense fallback={<Skeleton lines={4} />}>
      <Switch>
        <Route path="/devices/archives/:id?">{({ id }) => <Archives id={id ?? null} />}</Route>
        <Route component={Devices} />
      </Switch>
    </Suspense>
  );
}

/** The list stays behind what is opened over it: `/devices/{id}`, `/devices/{id}/link`, `/devices/simulated`. */
function Devices() {
  const [, one] = useRoute("/devices/:id");
  const [, link] = useRoute("/devices/:id/link");
  return (
    <DeviceActions>
      <DevicesPage />
      {one !== null && one.id === "simulated" && <SimulatedPhones />}
      {one !== null && one.id !== "simulated" && <DeviceDrawer key={one.id} id={one.id} />}
      {link !== null && <LinkDialog key={link.id} id={link.id} />}
    </DeviceActions>
  );
}
