import '../panel/define.ts'
import { showCache } from './cache-view.ts'
import { connectCache } from './connect-cache.ts'

/** The panel as a page of its own: beside a guest in another tab. */
void showCache(connectCache(new URL('./', document.baseURI).href))
