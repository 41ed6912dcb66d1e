// Package token makes and checks invitations: signed, one-room, time-boxed
// tokens (JWT, RFC 7519) that say who may knock at which door, and as what.
//
// A Verifier answers with the claims of a token or with one of three errors.
// It uses no claim before the signature holds, accepts a key only for the one
// algorithm the key was made for, and never tells the outside why it refused;
// Reason gives a label for metrics. A Signer mints what a Verifier accepts.
//
// README.md beside this file is the contract for those who mint tokens
// elsewhere. This package is the only importer of golang-jwt and keyfunc.
package token
