#!/bin/sh
# Prepares the machine once. The grader is one binary and needs nothing; what
# the submissions need goes here, for example:
#   apt-get update && apt-get install -y gcc libc6-dev python3 golang
chmod +x /autograder/source/lab
