/** Between 22:00 and 7:00 nothing prompts a teacher. */
const FROM = 22;
const TO = 7;

export const isQuietHour = (now: Date = new Date()): boolean => now.getHours() >= FROM || now.getHours() < TO;
