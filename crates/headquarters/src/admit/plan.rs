//! How much goes into one transaction: up to 100 operations and 1,000 claims, first come, first
//! served. Pure.

/// Most operations of one transaction.
pub(super) const OPERATIONS_MAX: usize = 100;
/// Most claims that they may write: they are what a transaction's length hangs on.
pub(super) const CLAIMS_MAX: usize = 1_000;

/// How many operations of each waiting push go into the next transaction. A push is given as the
/// claims of each of its operations, in order. One operation always goes, however large.
pub(super) fn plan(waiting: &[Vec<usize>]) -> Vec<usize> {
    let (mut operations, mut claims) = (0, 0);
    let mut full = false;
    waiting
        .iter()
        .map(|push| {
            let mut taken = 0;
            for weight in push {
                full |= operations == OPERATIONS_MAX
                    || (operations > 0 && claims + weight > CLAIMS_MAX);
                if full {
                    break;
                }
                operations += 1;
                claims += weight;
                taken += 1;
            }
            taken
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transaction_takes_a_hundred_operations_in_order() {
        assert_eq!(plan(&[vec![1; 3], vec![1; 200], vec![1]]), [3, 97, 0]);
        assert_eq!(plan(&[vec![1; 60], vec![1; 40]]), [60, 40]);
        assert_eq!(plan(&[]), Vec::<usize>::new());
    }

    #[test]
    fn a_transaction_takes_a_thousand_claims_and_never_nothing() {
        assert_eq!(plan(&[vec![50; 30], vec![0]]), [20, 0], "nobody overtakes");
        assert_eq!(plan(&[vec![5_000, 1]]), [1]);
    }
}
