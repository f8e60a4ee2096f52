/** The process in the namespaces: opens containers, runs processes in them, and writes down what changed, as it is asked to. */
import { serve } from './worker/serve.ts'

serve(process)
