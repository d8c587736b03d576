import java.io.File;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.hdfs.server.namenode.EditLogFileOutputStream;

/** A NameNode and a DataNode below a folder, until standard input ends. Prints its ports of RPC and of WebHDFS. */
public class MiniHdfs {
  public static void main(String[] arguments) throws Exception {
    EditLogFileOutputStream.setShouldSkipFsyncForTesting(true);
    Configuration configuration = new Configuration();
    // Pages within the NameNode, so that lists of a few files pass several.
    configuration.setInt("dfs.ls.limit", 3);
    // How long a file's end waits for the DataNode's report to the NameNode: usually 400, twice of it after each look.
    configuration.setInt("dfs.client.block.write.locateFollowingBlock.initial.delay.ms", 2);
    MiniDFSCluster cluster =
        new MiniDFSCluster.Builder(configuration, new File(arguments[0])).numDataNodes(1).build();
    cluster.waitActive();
    System.out.println("ready " + cluster.getNameNodePort() + " " + cluster.getNameNode(0).getHttpAddress().getPort());
    while (System.in.read() >= 0) {}
    System.exit(0);
  }
}
