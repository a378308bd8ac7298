/**
 * iniVation sensors that AEDAT 2 and 3 name, and the position of an event's fields in an address of AEDAT 2. Pure.
 * Source: iniVation, "AEDAT 2.0" and "AEDAT 3.1" (docs.inivation.com), class names of jAER.
 */

export interface Sensor {
  readonly width: number;
  readonly height: number;
  readonly address: "dvs128" | "davis";
}

const SENSORS: readonly (readonly [name: RegExp, sensor: Sensor])[] = [
  [/dvs128/i, { width: 128, height: 128, address: "dvs128" }],
  [/davis?128/i, { width: 128, height: 128, address: "davis" }],
  [/davis?208/i, { width: 208, height: 192, address: "davis" }],
  [/davis?240/i, { width: 240, height: 180, address: "davis" }],
  [/davis?346/i, { width: 346, height: 260, address: "davis" }],
  [/davis?640/i, { width: 640, height: 480, address: "davis" }],
];
export const DVS128 = SENSORS[0][1];

/** The sensor with this name; null for an unknown one. */
export function sensorNamed(name: string): Sensor | null {
  return SENSORS.find(([pattern]) => pattern.test(name))?.[1] ?? null;
}
