import { useRoute } from "wouter";
import { DeviceActions } from "./DeviceActions";
import { DeviceDrawer } from "./DeviceDrawer";
import { DevicesPage } from "./DevicesPage";
import { LinkDialog } from "./link/LinkDialog";
import { SimulatedPhones } from "./SimulatedPhones";

/** The list stays behind what is opened over it: `/devices/{id}`, `/devices/{id}/link`, `/devices/simulated`. */
export default function Devices() {
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
