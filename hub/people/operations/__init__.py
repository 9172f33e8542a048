"""What is done to many contacts at once. `operations` are the verbs, `deeds` what is done to each, `working` the jobs."""
