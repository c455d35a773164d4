import { testChunkStore } from './chunk-store-contract.ts'

testChunkStore('opfs')
