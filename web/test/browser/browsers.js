import { chromium } from 'playwright-core';
import puppeteer from 'puppeteer-core';

/**
 * The two browsers, each started once and shared by all scenarios. A person is
 * a context of their own: nothing is shared between two of them.
 */

export const CHROMIUM = process.env.HEARTH_CHROMIUM || '/usr/bin/chromium';
const FIREFOX = process.env.HEARTH_FIREFOX || '/usr/bin/firefox-esr';

const CHROMIUM_FLAGS = [
  '--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--use-fake-device-for-media-stream=fps=10', '--use-fake-ui-for-media-stream',
  '--disable-background-timer-throttling', '--disable-backgrounding-occluded-windows', '--disable-renderer-backgrounding',
];

const FIREFOX_PREFS = {
  'media.navigator.streams.fake': true,
  'media.navigator.video.default_fps': 10, // the fake camera's; Chromium's has as many
  'media.navigator.permission.disabled': true,
  'media.autoplay.default': 0,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'app.update.enabled': false,
};

/** @param {{executablePath?: string, args?: string[]}} [settings] another command that begins it, more arguments */
export async function openChromium({ executablePath = CHROMIUM, args = [] } = {}) {
  return chromium.launch({ executablePath, args: [...CHROMIUM_FLAGS, ...args], headless: true, ignoreDefaultArgs: ['--mute-audio'] });
}

/** @param {Record<string, unknown>} [prefs] more of them */
export async function openFirefox(prefs = {}) {
  return puppeteer.launch({ browser: 'firefox', protocol: 'webDriverBiDi', executablePath: FIREFOX, headless: true, extraPrefsFirefox: { ...FIREFOX_PREFS, ...prefs } });
}
