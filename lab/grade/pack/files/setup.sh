#!/bin/sh
# Prepares the machine once, as root. The grader is one binary and needs nothing;
# what the submissions need goes here, for example:
#   apt-get update && apt-get install -y gcc libc6-dev python3 golang
chmod 755 /autograder/source/lab
chmod 700 /autograder/source
