import { Skeleton } from "@mantine/core";
import styles from "./SignalCard.module.css";

/** A card's shape while its signal is on the way. */
export function CardSkeleton() {
  return (
    <div className={styles.card} aria-hidden>
      <div className={styles.head}>
        <Skeleton width={92} height={20} />
        <Skeleton width={140} height={20} />
        <Skeleton width={144} height={20} ml="auto" />
      </div>
      <Skeleton width="82%" height={16} my={4} />
      <Skeleton width="58%" height={12} my={2} />
      <div className={styles.foot}>
        <Skeleton width="34%" height={16} />
        <Skeleton width={220} height={30} />
      </div>
    </div>
  );
}
