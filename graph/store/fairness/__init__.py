"""Who gets a worker when: the rules, what each client has used, the workers that stand ready, the turns of the slow."""
