/** What the Linux guest prints on its first serial port when the checksums of all its files are right. */
export const LINUX_EXPECTATION = 'READY 1ce32b46 files=603'
